import { inspect } from 'node:util';
import { serializeError, type SerializedError } from '../../core/errors.ts';
import { createSecretMask } from '../../process/inspector/secret-mask.ts';

let mask: ((text: string) => string) | undefined;

/**
 * What an eval's code threw, as it leaves its thread: libraries like to put the key that was refused into their
 * message, and errors go to the db, the record, every screen and reports that are passed on. So the values of
 * environment variables that are named like secrets are replaced by their names.
 */
export function serializeEvalError(thrown: unknown): SerializedError {
  return masked(serializeError(thrown));
}

/** The same as text for a log, with all that the error carries. */
export function inspectEvalError(thrown: unknown): string {
  return hideSecrets(inspect(thrown));
}

/** A text without the values of environment variables that are named like secrets. */
export function hideSecrets(text: string): string {
  mask ??= createSecretMask(process.env, 'whole');
  return mask(text);
}

function masked(error: SerializedError): SerializedError {
  const { message, stack, cause } = error;
  return {
    ...error,
    message: hideSecrets(message),
    ...(stack === undefined ? {} : { stack: hideSecrets(stack) }),
    ...(cause === undefined ? {} : { cause: masked(cause) }),
  };
}
