/**
 * Jobs that run by a schedule, once over all instances: the reference validation, the review
 * report, retention.
 */
package io.refkeeper.job;
