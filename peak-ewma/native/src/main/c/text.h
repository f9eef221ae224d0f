/* Text that grows, for the admin page. */
#ifndef PEAKMESH_TEXT_H
#define PEAKMESH_TEXT_H

#include "abi.h"

struct pe_text {
    char *bytes;
    size_t length;
    size_t room;
    bool failed; /* memory was short: the text is cut */
};

__attribute__((format(printf, 2, 3))) void pe_text_add(struct pe_text *text, const char *format, ...);
/* A JSON string with its quotes; bytes that are no UTF-8 text of one line are replaced. */
void pe_text_add_string(struct pe_text *text, envoy_buffer value);

#endif
