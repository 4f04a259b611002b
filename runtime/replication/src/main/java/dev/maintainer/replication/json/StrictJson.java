package dev.maintainer.replication.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The only way in which log, sink and verification read JSON, so that one row has one text everywhere. */
public final class StrictJson {
    /**
     * Refuses duplicate fields and trailing text; keeps numbers exact. A string has at most 20,000,000 characters, a name
     * 50,000, a number 1,000, and values are nested at most 1,000 deep. Thread-safe.
     */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    private StrictJson() {}
}
