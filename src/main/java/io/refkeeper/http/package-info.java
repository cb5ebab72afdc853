/** What whoever asks another server by HTTP has to know of its answers. */
package io.refkeeper.http;
