/* What the module says to whoever runs Envoy: refused configuration, by name and range. */
#ifndef PEAKMESH_REPORT_H
#define PEAKMESH_REPORT_H

#include "abi.h"

/* Of a part ("load-balancing policy"): writes to Envoy's log, as an error. */
void pe_refuse(const char *part, const char *reason);
/* Every part of the module is called peak_ewma; else the reason says so. */
bool pe_is_our_name(const char *part, envoy_buffer name, char *reason);

#endif
