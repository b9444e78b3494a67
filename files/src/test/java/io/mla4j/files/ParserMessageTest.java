package io.mla4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParserMessageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
            + " | Non-standard token 'NaN'",
        "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as"
            + " one since Feature 'ALLOW_JAVA_COMMENTS' not enabled for parser)"
            + " | Unexpected character ('/' (code 47)): maybe a (non-standard) comment?",
        "Unexpected end-of-input (start marker at [Source: REDACTED; line: 1, column: 1])"
            + " | Unexpected end-of-input (start marker)",
        "Leading zeroes not allowed. | Leading zeroes not allowed",
      })
  void settingsOfTheParserAreLeftOut(String said, String plain) {
    assertEquals(plain, ParserMessage.of(said));
  }

  @ParameterizedTest
  @CsvSource({"''", "' \n more'"})
  void nothingSaidIsStillASentence(String said) {
    assertEquals("it cannot be read", ParserMessage.of(said));
  }
}
