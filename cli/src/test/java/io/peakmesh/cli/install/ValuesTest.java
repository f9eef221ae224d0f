package io.peakmesh.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.cli.terminal.CliException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private static ObjectNode tree(String json) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void mapsAreMergedAndAllElseIsReplaced() {
        assertThat(
                        Values.merged(
                                tree("{'a':{'b':1,'c':[1,2]},'d':1}"),
                                tree("{'a':{'c':[3],'e':2},'d':null}")))
                .isEqualTo(tree("{'a':{'b':1,'c':[3],'e':2}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "a.b=1,c=true | {'a':{'b':1},'c':true}",
                "a=01 | {'a':'01'}",
                "a=x=y | {'a':'x=y'}",
                "a= | {'a':''}",
                "a={x,y,3} | {'a':['x','y',3]}",
                "a={} | {'a':[]}",
                "a.b\\.io/c=d\\,e | {'a':{'b.io/c':'d,e'}}",
            })
    void readsSettingsAsHelmDoes(String setting, String expected) {
        assertThat(Values.set(tree("{}"), setting, true).toString())
                .isEqualTo(tree(expected).toString());
    }

    @Test
    void setStringMakesTextsOnly() {
        assertThat(Values.set(tree("{}"), "a=1,b=true,c=null", false))
                .isEqualTo(tree("{'a':'1','b':'true','c':'null'}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "=b", "a..b=c", "a[0]=c", "a=b,"})
    void refusesWhatIsNoSetting(String setting) {
        assertThatThrownBy(() -> Values.set(tree("{}"), setting, true))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("'");
    }
}
