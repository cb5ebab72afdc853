/** The command line: one class a command. Prints; knows no SQL. */
package io.refkeeper.cli;
