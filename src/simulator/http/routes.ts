import type { Context, Env, Hono } from 'hono';
import { Refusal } from './refusal.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Registers the methods of a path. All other methods get a 405 that lists the allowed ones. */
export function route<E extends Env>(
  app: Hono<E>,
  path: string,
  methods: Partial<Record<Method, (context: Context<E>) => Response | Promise<Response>>>,
): void {
  for (const [method, handler] of Object.entries(methods)) app.on(method, path, handler);
  const allow = Object.keys(methods).join(', ');
  app.all(path, ({ req }) => {
    throw new Refusal(405, `${req.method} is not supported here; supported: ${allow}.`, undefined, { allow });
  });
}

/** Returns the path parameter `id`, which the route must declare. */
export function idOf(context: Context): string {
  return context.req.param('id') ?? '';
}

export function queryOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}
