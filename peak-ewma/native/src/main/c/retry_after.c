#include "retry_after.h"

#include <string.h>

#include "core.h"

/* More than any cap: a day. Longer numbers mean no more. */
static const int64_t MOST = 86400;

/* A whole number, or -1; held at a limit that is far above any use and far from overflow. */
static int64_t whole(envoy_buffer text, int64_t limit) {
    int64_t number = 0;
    if (text.length == 0) {
        return -1;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return -1;
        }
        number = number * 10 + (text.ptr[i] - '0');
        number = number > limit ? limit : number;
    }
    return number;
}

static int64_t part(envoy_buffer text, size_t from, size_t length) {
    return whole((envoy_buffer){text.ptr + from, length}, 9999);
}

/* Days from 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day comes last. */
static int64_t days(int64_t year, int64_t month, int64_t day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = y % 400 * 365 + y % 400 / 4 - y % 400 / 100 + day_of_year;
    return y / 400 * 146097 + day_of_era - 719468;
}

int64_t pe_http_date(envoy_buffer text) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const char form[] = "???, ?? ??? ???? ??:??:?? GMT";
    if (text.length != sizeof form - 1) {
        return -1;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (form[i] != '?' && form[i] != text.ptr[i]) {
            return -1;
        }
    }
    int64_t month = 0;
    for (int64_t m = 1; m <= 12; m++) {
        month = memcmp(&months[3 * (m - 1)], text.ptr + 8, 3) == 0 ? m : month;
    }
    int64_t day = part(text, 5, 2);
    int64_t year = part(text, 12, 4);
    int64_t hour = part(text, 17, 2);
    int64_t minute = part(text, 20, 2);
    int64_t second = part(text, 23, 2);
    if (month == 0 || day < 1 || day > 31 || year < 1970 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60) {
        return -1;
    }
    return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

int64_t pe_retry_after(envoy_buffer value, envoy_buffer date, int64_t wall) {
    int64_t seconds = whole(value, MOST);
    if (seconds < 0) {
        int64_t then = pe_http_date(value);
        int64_t sent = pe_http_date(date);
        if (then < 0) {
            return 0;
        }
        seconds = then - (sent >= 0 ? sent : wall / PE_SECOND);
        seconds = seconds < 0 ? 0 : seconds > MOST ? MOST : seconds;
    }
    return seconds * PE_SECOND;
}

int64_t pe_retry_pushback(envoy_buffer value) {
    int64_t milliseconds = whole(value, MOST * 1000);
    return milliseconds < 0 ? 0 : milliseconds * PE_MILLISECOND;
}
