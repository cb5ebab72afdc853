/** Where the fault harness of the tests reaches into the program; without effect outside of it. */
package io.refkeeper.fault;
