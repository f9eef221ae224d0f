package io.peakmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    URI=spiffe://c/ns/shop/sa/web                                              | spiffe://c/ns/shop/sa/web
                    By=spiffe://c/ns/shop/sa/catalog;Hash=ab12;Subject="";URI=spiffe://c/ns/shop/sa/web | spiffe://c/ns/shop/sa/web
                    By=spiffe://c/a;Hash=ab;Subject="CN=web,O=shop";URI=spiffe://c/web;DNS=u.pod.c | spiffe://c/web
                    Hash=ab;URI=spiffe://c/web,By=spiffe://c/gate;Hash=cd;URI=spiffe://c/gate  | spiffe://c/web
                    Hash=ab,By=x;URI=spiffe://c/web                                            | spiffe://c/web
                    By=spiffe://c/ns/shop/sa/catalog;Hash=ab12                                 | none
                    NOTURI=spiffe://c/web                                                      | none
                    ``                                                                         | none
                    """)
    void theCallerIsTheUriOfItsCertificate(String header, String expected) {
        assertThat(Caller.of(header)).isEqualTo(expected);
    }
}
