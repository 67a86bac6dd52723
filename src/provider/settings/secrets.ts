import { readFileSync } from 'node:fs';
import { DelineaError } from '../model/errors.js';

/** Replaces secrets as they are and as JSON, URLs and forms write them; the longest first, as one may hold another. */
export function redactor(configured: readonly (string | undefined)[]): (text: string) => string {
  const forms = configured.flatMap((secret) =>
    secret
      ? [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          `${new URLSearchParams({ '': secret })}`.slice(1),
        ]
      : [],
  );
  const secrets = [...new Set(forms)].sort((left, right) => right.length - left.length);
  return (text) => secrets.reduce((result, secret) => result.replaceAll(secret, '[secret]'), text);
}

/**
 * A secret from a file. The name of the file is not repeated: people put the secret itself there by mistake.
 * @throws DelineaError `settings_invalid`
 */
export function readSecret(file: string, variable: string): string {
  try {
    const secret = readFileSync(file, 'utf8').trimEnd();
    if (secret !== '') return secret;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new DelineaError('settings_invalid', `${variable}: cannot read the file it names (${reason})`, {
      hint: 'It holds the path of a file with the secret, not the secret.',
      path: variable,
    });
  }
  throw new DelineaError('settings_invalid', `${variable}: the file it names is empty`, {
    hint: 'Write the secret into it, or unset the variable.',
    path: variable,
  });
}
