/** What happened and what waits: figures for people and for monitoring. */
package io.refkeeper.quality;
