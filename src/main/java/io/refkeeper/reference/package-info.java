/** What loading and syncing both need to know of reference tables: their order, their keys. */
package io.refkeeper.reference;
