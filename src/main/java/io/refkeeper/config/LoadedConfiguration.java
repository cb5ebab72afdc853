package io.refkeeper.config;

/**
 * A valid configuration, and where everything in it stands.
 *
 * @param places finds the line of a configured element
 */
public record LoadedConfiguration(Configuration configuration, Places places) {}
