/* What comes in as text: configuration, JSON, Retry-After. */
#include <string.h>

#include "../../main/c/config.h"
#include "../../main/c/retry_after.h"
#include "../../main/c/text.h"
#include "check.h"

static char reason[PE_REASON];

static bool reads(struct pe_config *config, const char *text) {
    reason[0] = '\0';
    return pe_config_read(config, text, strlen(text), reason);
}

static bool refuses(const char *text, const char *why) {
    struct pe_config config;
    bool refused = !reads(&config, text) && strcmp(reason, why) == 0;
    if (!refused) {
        printf("%s: \"%s\" is not \"%s\"\n", text, reason, why);
    }
    return refused;
}

static void takes_defaults_from_nothing_and_from_an_empty_object(void) {
    struct pe_config config;
    const char *const texts[] = {"", "{}", " {\n} "};
    for (size_t i = 0; i < 3; i++) {
        CHECK(reads(&config, texts[i]));
        CHECK(config.decay == 2.5e9 && config.default_rtt == 30 * PE_MILLISECOND);
        CHECK(config.failure_penalty == 5 * PE_SECOND && config.error_penalty == 5 * PE_SECOND);
        CHECK(config.max_retry_after == 30 * PE_SECOND && !config.connections && !config.locality_weighted);
    }
}

static void reads_each_field_as_envoy_writes_it(void) {
    struct pe_config config;
    CHECK(reads(&config, "{\"decay_ms\":10000,\"default_rtt_ms\":1,\"failure_penalty_ms\":0,\"error_penalty_ms\":6e4,"
                         "\"max_retry_after_ms\":300000.0,\"connections\":true,\"locality_weighted\":false}"));
    CHECK(config.decay == 1e10 && config.default_rtt == PE_MILLISECOND && config.failure_penalty == 0);
    CHECK(config.error_penalty == 60 * PE_SECOND && config.max_retry_after == 300 * PE_SECOND);
    CHECK(config.connections && !config.locality_weighted);
}

static void refuses_what_is_out_of_range_by_name_and_range(void) {
    CHECK(refuses("{\"decay_ms\":0}", "decay_ms must be a whole number from 1 to 600000"));
    CHECK(refuses("{\"decay_ms\":600001}", "decay_ms must be a whole number from 1 to 600000"));
    CHECK(refuses("{\"decay_ms\":1.5}", "decay_ms must be a whole number from 1 to 600000"));
    CHECK(refuses("{\"decay_ms\":\"5\"}", "decay_ms must be a whole number from 1 to 600000"));
    CHECK(refuses("{\"default_rtt_ms\":60001}", "default_rtt_ms must be a whole number from 1 to 60000"));
    CHECK(refuses("{\"failure_penalty_ms\":-1}", "failure_penalty_ms must be a whole number from 0 to 60000"));
    CHECK(refuses("{\"error_penalty_ms\":null}", "error_penalty_ms must be a whole number from 0 to 60000"));
    CHECK(refuses("{\"max_retry_after_ms\":1e99}", "max_retry_after_ms must be a whole number from 0 to 300000"));
    CHECK(refuses("{\"connections\":1}", "connections must be true or false"));
    CHECK(refuses("{\"locality_weighted\":\"true\"}", "locality_weighted must be true or false"));
}

static void refuses_unknown_and_repeated_fields_by_name(void) {
    CHECK(refuses("{\"decay\":1}", "unknown field \"decay\""));
    CHECK(refuses("{\"decay_ms\\u0000\":1}", "unknown field \"decay_ms?\""));
    CHECK(refuses("{\"\\n\xc3\xa9\":1}", "unknown field \"???\""));
    CHECK(refuses("{\"decay_ms\":1,\"decay_ms\":2}", "decay_ms is there twice"));
    CHECK(refuses("{\"a23456789012345678901234567890123456789012345678901234567890\":1}",
                  "unknown field \"a23456789012345678901234567890123456789012345678\""));
    CHECK(refuses("[]", "the configuration must be a JSON object"));
    CHECK(refuses("7", "the configuration must be a JSON object"));
}

static void refuses_what_is_no_json(void) {
    CHECK(refuses("{", "the configuration is no JSON: a name is expected"));
    CHECK(refuses("{}}", "the configuration is no JSON: there is more after the end"));
    CHECK(refuses("{\"a\":01}", "the configuration is no JSON: a comma or a closing bracket is expected"));
    CHECK(refuses("{\"a\" 1}", "the configuration is no JSON: a colon is expected"));
    CHECK(refuses("{\"a\":+1}", "the configuration is no JSON: a value is expected"));
    CHECK(refuses("{\"a\":1.}", "the configuration is no JSON: a value is expected"));
    CHECK(refuses("{\"a\":1e400}", "the configuration is no JSON: a number is too large"));
    CHECK(refuses("{\"a\":tru}", "the configuration is no JSON: a value is expected"));
    CHECK(refuses("{\"a", "the configuration is no JSON: a string is not closed"));
    CHECK(refuses("{\"\\", "the configuration is no JSON: a string is not closed"));
    CHECK(refuses("{\"\t\":1}", "the configuration is no JSON: a control character is in a string"));
    CHECK(refuses("{\"\\x\":1}", "the configuration is no JSON: an escape is unknown"));
    CHECK(refuses("{\"\\u12\":1}", "the configuration is no JSON: a \\u escape is not hexadecimal"));
    CHECK(refuses("{\"\\ud800\":1}", "the configuration is no JSON: half of a surrogate pair is missing"));
    CHECK(refuses("{\"\\udc00\":1}", "the configuration is no JSON: half of a surrogate pair is missing"));
    CHECK(refuses("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "the configuration is no JSON: it is nested too deep"));
}

static void holds_a_limit_of_values_and_reads_escapes(void) {
    struct json json;
    const char *why;
    CHECK(!json_read(&json, "[1,2,3]", 7, 3, &why) && strcmp(why, "there are too many values") == 0);
    const char text[] = "{\"a\":[\"\\ud83d\\ude00\\u00e9\\n\", null, false], \"b\":-0.5e1}";
    CHECK(json_read(&json, text, sizeof text - 1, 10, &why));
    const struct json_value *a = json_member(&json, &json.values[0], "a");
    const struct json_value *first = json_first(&json, a);
    CHECK(first->length == 7 && memcmp(first->text, "\xf0\x9f\x98\x80\xc3\xa9\n", 7) == 0);
    CHECK(json_next(&json, first)->kind == JSON_NULL);
    CHECK(json_next(&json, json_next(&json, json_next(&json, first))) == NULL);
    CHECK(json_member(&json, &json.values[0], "b")->number == -5);
    CHECK(json_member(&json, &json.values[0], "c") == NULL && json_member(&json, a, "a") == NULL);
    json_free(&json);
}

static void takes_nothing_where_there_is_nothing_to_configure(void) {
    CHECK(pe_config_is_empty("", 0, reason) && pe_config_is_empty("{}", 2, reason));
    CHECK(!pe_config_is_empty("{\"decay_ms\":1}", 14, reason) && strcmp(reason, "unknown field \"decay_ms\"") == 0);
    CHECK(!pe_config_is_empty("[]", 2, reason));
}

static int64_t retry_after(const char *value, const char *date, int64_t wall) {
    return pe_retry_after((envoy_buffer){value, strlen(value)}, (envoy_buffer){date, strlen(date)}, wall);
}

static void reads_retry_after_in_seconds_and_as_a_date(void) {
    CHECK(retry_after("7", "", 0) == 7 * PE_SECOND);
    CHECK(retry_after("0", "", 0) == 0);
    CHECK(retry_after("99999999999999999999999", "", 0) == 86400 * PE_SECOND);
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:07 GMT", 0) == 30 * PE_SECOND);
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:59:07 GMT", 0) == 0);
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "", INT64_C(784111770) * PE_SECOND) == 7 * PE_SECOND);
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "", 0) == 86400 * PE_SECOND);
    const char *const bad[] = {"", "-1", "1.5", " 1", "soon", "Sun, 06 Nov 1994 24:49:37 GMT",
                               "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
                               "Sun, 0x Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(retry_after(bad[i], "", 0) == 0);
    }
}

static void reads_dates_from_1970_on(void) {
    static const struct {
        const char *text;
        int64_t seconds;
    } dates[] = {{"Thu, 01 Jan 1970 00:00:00 GMT", 0},         {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
                 {"Tue, 29 Feb 2000 12:00:00 GMT", 951825600}, {"Wed, 01 Mar 2000 00:00:00 GMT", 951868800},
                 {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799}};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        CHECK(pe_http_date((envoy_buffer){dates[i].text, 29}) == dates[i].seconds);
    }
}

static void reads_grpc_pushback(void) {
    CHECK(pe_retry_pushback((envoy_buffer){"250", 3}) == 250 * PE_MILLISECOND);
    CHECK(pe_retry_pushback((envoy_buffer){"-1", 2}) == 0);
    CHECK(pe_retry_pushback((envoy_buffer){NULL, 0}) == 0);
}

static void writes_strings_that_any_reader_takes(void) {
    static const char from[] = "a\"\\\n\xff\xc3\xa9\xed\xa0\x80\xc0\x80\xf0\x9f\x98\x80\xe2\x82";
    static const char to[] = "\"a\\\"\\\\\?\?\xc3\xa9\?\?\?\?\?\xf0\x9f\x98\x80\?\?\"";
    struct pe_text text = {0};
    pe_text_add_string(&text, (envoy_buffer){from, sizeof from - 1});
    CHECK(text.length == sizeof to - 1 && memcmp(text.bytes, to, sizeof to - 1) == 0);
    free(text.bytes);
}

int main(void) {
    RUN(takes_defaults_from_nothing_and_from_an_empty_object);
    RUN(reads_each_field_as_envoy_writes_it);
    RUN(refuses_what_is_out_of_range_by_name_and_range);
    RUN(refuses_unknown_and_repeated_fields_by_name);
    RUN(refuses_what_is_no_json);
    RUN(holds_a_limit_of_values_and_reads_escapes);
    RUN(takes_nothing_where_there_is_nothing_to_configure);
    RUN(reads_retry_after_in_seconds_and_as_a_date);
    RUN(reads_dates_from_1970_on);
    RUN(reads_grpc_pushback);
    RUN(writes_strings_that_any_reader_takes);
    printf("%d tests passed\n", tests_run);
    return 0;
}
