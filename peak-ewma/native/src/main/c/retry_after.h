/* How long a server asks to be left alone (RFC 9110, Retry-After; gRPC, grpc-retry-pushback-ms). */
#ifndef PEAKMESH_RETRY_AFTER_H
#define PEAKMESH_RETRY_AFTER_H

#include "abi.h"

/*
 * Nanoseconds, 0 for what cannot be read or is past. The value is whole seconds, or a date in the format that servers
 * must send; a date counts from the response's own Date, so that clocks need not agree, else from wall (since 1970).
 */
int64_t pe_retry_after(envoy_buffer value, envoy_buffer date, int64_t wall);
/* Nanoseconds; 0 for what cannot be read or is negative, which asks for no retry and tells no time. */
int64_t pe_retry_pushback(envoy_buffer value);
/* Seconds since 1970, or -1: "Sun, 06 Nov 1994 08:49:37 GMT". */
int64_t pe_http_date(envoy_buffer text);

#endif
