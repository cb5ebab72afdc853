/** Deletes what is older than the policy allows. */
package io.refkeeper.retention;
