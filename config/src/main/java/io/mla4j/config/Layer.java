package io.mla4j.config;

import tools.jackson.databind.JsonNode;

/**
 * Settings from one place.
 *
 * @param origin that place, as the beginning of an error
 */
record Layer(String origin, JsonNode tree) {}
