/* The configuration of ALGORITHM.md, from the JSON text of a google.protobuf.Struct. */
#ifndef PEAKMESH_CONFIG_H
#define PEAKMESH_CONFIG_H

#include <stddef.h>

#include "core.h"
#include "json.h"

enum { PE_REASON = 256 };

/* Empty text means all defaults. On failure returns false and says why, naming the field and its range. */
bool pe_config_read(struct pe_config *config, const char *text, size_t length, char reason[PE_REASON]);
/* The same from a value that was read already. */
bool pe_config_from(struct pe_config *config, const struct json *json, const struct json_value *value,
                    char reason[PE_REASON]);
/* For the logger and the admin page, which have nothing to configure: empty text or an empty object. */
bool pe_config_is_empty(const char *text, size_t length, char reason[PE_REASON]);

#endif
