/**
 * The append-only log of every change of a reference row: by whom or by what, from what to what.
 */
package io.refkeeper.audit;
