/**
 * The three YAML files as records, their loading and checking. Names in the records are the names
 * in the files (snake_case there, camelCase here); every default is resolved before anybody sees a
 * record.
 */
package io.refkeeper.config;
