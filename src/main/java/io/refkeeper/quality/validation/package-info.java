/**
 * The reference validation: are the reference tables filled, does every reference lead somewhere,
 * are there keys that look alike, and parents that nothing names. It changes nothing.
 */
package io.refkeeper.quality.validation;
