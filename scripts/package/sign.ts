import { execFileSync } from 'node:child_process';

/**
 * Signs a file as a Terraform registry requires: a detached binary signature, `<file>.sig`. `gpg` must be on the PATH and have
 * the secret key.
 * @param key fingerprint or id of the key
 * @returns the path of the signature
 * @throws {Error} when gpg is missing or refuses
 */
export function sign(file: string, key: string): string {
  const signature = `${file}.sig`;
  const options = ['--batch', '--yes', '--local-user', key, '--output', signature];
  execFileSync('gpg', [...options, '--detach-sign', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  return signature;
}
