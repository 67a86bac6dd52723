/** An error of a job: one line, and what to do. */
export class CiError extends Error {
  /** @param {string} message @param {string} [hint] @param {number} [status] status of the response, if there was one */
  constructor(message, hint, status) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

/** Returns a variable of the environment. @param {NodeJS.ProcessEnv} env @param {string} name */
export function required(env, name) {
  const value = env[name];
  if (value) return value;
  throw new CiError(`${name} is not set`, 'Set it in the env of the step.');
}
