import { X509Certificate } from 'node:crypto';
import type { DelineaError } from '../../provider/index.js';

/** What tells a start by Terraform from a start by hand; no secret. Source: the published plugin protocol. */
const COOKIE = {
  name: 'TF_PLUGIN_MAGIC_COOKIE',
  value: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
};

/** Version of go-plugin's own protocol, and of Terraform's inside. */
const CORE_PROTOCOL = 1;
const PROTOCOL = 6;

export function isStartedByTerraform(env: NodeJS.ProcessEnv): boolean {
  return env[COOKIE.name] === COOKIE.value;
}

/**
 * Checks that Terraform started this process and speaks its language.
 * @returns the certificate (PEM) that the one client has
 * @throws DelineaError `unsupported`
 */
export async function readHandshake(env: NodeJS.ProcessEnv): Promise<string> {
  if (!isStartedByTerraform(env)) {
    throw await refusal(
      'this is the Delinea provider for Terraform, which only Terraform starts',
      'Name it in required_providers and run terraform init.',
    );
  }
  const offered = (env.PLUGIN_PROTOCOL_VERSIONS ?? '').split(',').filter(Boolean);
  if (offered.length > 0 && !offered.includes(String(PROTOCOL))) {
    throw await refusal(
      `Terraform offers plugin protocol ${offered.join(', ')}, not ${PROTOCOL}`,
      'Use Terraform 1.0 or newer.',
    );
  }
  const certificate = env.PLUGIN_CLIENT_CERT;
  if (!certificate || !isCertificate(certificate)) {
    throw await refusal(
      'Terraform gave no certificate to know it by',
      'Without one every user of this machine could use the credentials of this run: use Terraform itself.',
    );
  }
  return certificate;
}

/** Loaded where it is thrown: the whole resource layer comes with it, and a start should not wait for that. */
async function refusal(message: string, hint: string): Promise<DelineaError> {
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

/** Where a server listens, in go-plugin's words. */
export interface Address {
  readonly network: 'unix' | 'tcp';
  /** A path, or host and port. */
  readonly address: string;
}

/** The one line that Terraform waits for on standard output; base64 without its padding. */
export function handshakeLine({ network, address }: Address, certificate: Buffer): string {
  const encoded = certificate.toString('base64').replace(/=+$/, '');
  return `${CORE_PROTOCOL}|${PROTOCOL}|${network}|${address}|grpc|${encoded}\n`;
}
