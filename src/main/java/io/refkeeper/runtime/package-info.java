/** Puts the parts together: builds the object graph and the Camel context that runs the routes. */
package io.refkeeper.runtime;
