/** What went wrong, where, and what to do: the form in which every part reports a failure. */
package io.refkeeper.problem;
