import { X509Certificate } from 'node:crypto';
import type { DelineaError } from '../../provider/index.js';

/** The variable by which Terraform marks a plugin that it starts. Not a secret. Source: the published plugin protocol. */
const COOKIE = {
  name: 'TF_PLUGIN_MAGIC_COOKIE',
  value: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
};

/** Versions of go-plugin's protocol and of Terraform's plugin protocol inside it. */
const CORE_PROTOCOL = 1;
const PROTOCOL = 6;

export function isStartedByTerraform(env: NodeJS.ProcessEnv): boolean {
  return env[COOKIE.name] === COOKIE.value;
}

/**
 * Checks that a compatible Terraform started this process.
 * @returns the certificate (PEM) of the only client to accept
 * @throws DelineaError `unsupported` when the process was started by hand or by an incompatible Terraform
 */
export async function readHandshake(env: NodeJS.ProcessEnv): Promise<string> {
  if (!isStartedByTerraform(env)) {
    throw await handshakeError(
      'this program is the Delinea provider for Terraform and cannot be run by hand',
      'Add it to required_providers and run terraform init.',
    );
  }
  const offered = (env.PLUGIN_PROTOCOL_VERSIONS ?? '').split(',').filter(Boolean);
  if (offered.length > 0 && !offered.includes(String(PROTOCOL))) {
    throw await handshakeError(
      `Terraform offers plugin protocol ${offered.join(', ')}; this provider needs ${PROTOCOL}`,
      'Use Terraform 1.0 or newer.',
    );
  }
  const certificate = env.PLUGIN_CLIENT_CERT;
  if (!certificate || !isCertificate(certificate)) {
    throw await handshakeError(
      'Terraform passed no client certificate in PLUGIN_CLIENT_CERT',
      'Start the provider with Terraform. Without a certificate every user of this machine could use its credentials.',
    );
  }
  return certificate;
}

/** Loads the error class only when it is needed: the whole resource layer comes with it, which would delay the start. */
async function handshakeError(message: string, hint: string): Promise<DelineaError> {
  const { DelineaError } = await import('../../provider/index.js');
  return new DelineaError('unsupported', message, { hint });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** The address of a server in go-plugin's terms. */
export interface Address {
  readonly network: 'unix' | 'tcp';
  /** A path (unix), or host and port (tcp). */
  readonly address: string;
}

/** Returns the line that Terraform waits for on standard output. Its base64 has no padding. */
export function handshakeLine({ network, address }: Address, certificate: Buffer): string {
  const encoded = certificate.toString('base64').replace(/=+$/, '');
  return `${CORE_PROTOCOL}|${PROTOCOL}|${network}|${address}|grpc|${encoded}\n`;
}
