#!/usr/bin/env node
import { servePlugin } from './plugin/serve.js';

void servePlugin(async (log) => (await import('./rpc/provider-rpcs.js')).providerRpcs(process.env, log));
