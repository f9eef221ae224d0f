package io.peakmesh.cli.install.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
    private static String render(String template) {
        try {
            JsonNode dot =
                    new ObjectMapper()
                            .readTree(
                                    """
                                    {"a":{"text":"x","none":"","n":3,"yes":true,"no":false},
                                     "list":["p","q"],"empty":[],"map":{"b":"2","a":[1,{"k":"no"}]}}
                                    """);
            return new TemplateRun().render(template, dot);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '#',
            value = {
                "<{{ .a.text }}>!<x>",
                "<{{ .a.n }}>!<3>",
                "<  {{- .a.text -}}  >!<x>",
                "{{ .a.none | default .a.text }}!x",
                "{{ .a.text | quote }}!\"x\"",
                "{{ if .a.none }}1{{ else if .a.yes }}2{{ else }}3{{ end }}!2",
                "{{ if .empty }}1{{ else }}2{{ end }}!2",
                "{{ if gt (int .a.n) 2 }}1{{ end }}!1",
                "{{ if eq .a.text \"x\" }}1{{ end }}!1",
                "{{ range .list }}[{{ . }}]{{ end }}![p][q]",
                "{{ range .list }}{{ printf \"<%s>\" . | quote }}{{ end }}!\"<p>\"\"<q>\"",
                "{{ define \"d\" }}({{ .text }}){{ end }}{{ include \"d\" .a }}!(x)",
                "{{/* a remark */}}z!z",
                "{{ .map | toJson }}!{\"a\":[1,{\"k\":\"no\"}],\"b\":\"2\"}",
                "{{ \"\" | sha256sum }}!e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            })
    void rendersAsHelmDoes(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @Test
    void writesYamlThatEveryReaderTakesAlike() {
        assertThat(render("m:{{ toYaml .map | nindent 2 }}"))
                .isEqualTo("m:\n  a:\n  - 1\n  - k: \"no\"\n  b: \"2\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ .absent }}",
                "{{ .a.text.deeper }}",
                "{{ upper .a.text }}",
                "{{ .map }}",
                "{{ if .a.yes }}",
                "{{ end }}",
                "{{ range .a }}{{ end }}",
                "{{ include \"nothing\" . }}",
                "{{ printf \"%d\" .a.n }}",
                "{{ $.a.text }}",
                "{{ .a.text | .a.text }}",
                "{{ (.a.text }}",
                "{{ with .a }}{{ .text }}{{ end }}",
                "{{ .a.text",
            })
    void refusesWhatItDoesNotKnow(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(TemplateException.class);
    }
}
