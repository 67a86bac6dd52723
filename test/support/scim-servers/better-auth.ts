import { scim } from '@better-auth/scim';
import { betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import { listen, type ScimServer, TOKEN } from './server.js';

/**
 * Starts Better Auth with its SCIM plugin, over the in-memory database that it has by default.
 * @param defaultFindManyLimit its setting for the most rows of a query; 100 by default
 */
export function startBetterAuth({ defaultFindManyLimit = 1000 } = {}): Promise<ScimServer> {
  return listen('/api/auth/scim/v2', async (baseURL) => {
    const credentials = [{ type: 'bearer', id: 'client', token: TOKEN } as const];
    // Its types do not allow for `exactOptionalPropertyTypes`.
    const plugin = scim({ connections: [{ id: 'directory', credentials }] });
    const auth = betterAuth({
      baseURL,
      secret: 'a secret of thirty-two characters',
      telemetry: { enabled: false },
      rateLimit: { enabled: false },
      logger: { disabled: true },
      advanced: { database: { defaultFindManyLimit } },
      plugins: [plugin as never],
    });
    return toNodeHandler(auth);
  });
}
