/** Sample data that looks like the users' own, for the demo and the benchmark. */
package io.refkeeper.demo;
