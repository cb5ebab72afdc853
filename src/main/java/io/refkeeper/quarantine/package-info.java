/** Where a row waits, with its reason and its line number, when it cannot be loaded. */
package io.refkeeper.quarantine;
