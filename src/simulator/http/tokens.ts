import { createHash } from 'node:crypto';

/** The surface that a credential gives access to. */
export type Surface =
  | 'rest'
  | 'scim'
  | 'connector'
  | 'platform-identity'
  | 'secret-server'
  | 'secret-server-scim'
  | 'scim-connector';

/** The surfaces with a static token. */
type StaticTokens = Readonly<Partial<Record<Surface, string>>> & { readonly scim: string };

export interface Credential {
  readonly surface: Surface;
  readonly scopes: readonly string[];
  /** Name of the account, for audits. */
  readonly account?: string;
}

interface Issued extends Credential {
  readonly expiresAt: number;
}

/** The valid tokens: OAuth tokens with a lifetime, and the static SCIM tokens, which do not expire (guide 000). */
export class Tokens {
  readonly #issued = new Map<string, Issued>();
  readonly #static: StaticTokens;
  #made = 0;

  constructor(staticTokens: StaticTokens) {
    this.#static = staticTokens;
  }

  issue(credential: Credential, lifeS: number): string {
    this.#made += 1;
    const token = createHash('sha256')
      .update(`${this.#static.scim} ${credential.surface} ${this.#made}`)
      .digest('base64url');
    this.#issued.set(token, { ...credential, expiresAt: performance.now() + lifeS * 1000 });
    return token;
  }

  /** Returns the surface of a token; `undefined` for a missing, wrong or expired one. @param header the Authorization header */
  identify(header: string | null): Credential | undefined {
    const token = tokenIn(header);
    if (token === undefined) return undefined;
    const surface = (Object.keys(this.#static) as Surface[]).find((name) => this.#static[name] === token);
    if (surface) return { surface, scopes: [] };
    const issued = this.#issued.get(token);
    return issued && issued.expiresAt > performance.now() ? issued : undefined;
  }

  /**
   * Returns the surface of a token that was valid until its lifetime passed, or until {@link expire}.
   * @param header the Authorization header
   */
  ended(header: string | null): Credential | undefined {
    return this.identify(header) ? undefined : this.#issued.get(tokenIn(header) ?? '');
  }

  /** Ends a token before its time. @param header the Authorization header */
  expire(header: string | null): void {
    const issued = this.#issued.get(tokenIn(header) ?? '');
    if (issued) this.#issued.set(tokenIn(header)!, { ...issued, expiresAt: 0 });
  }

  revokeAll(): void {
    this.#issued.clear();
  }
}

function tokenIn(header: string | null): string | undefined {
  return /^Bearer (.+)$/i.exec(header ?? '')?.[1];
}
