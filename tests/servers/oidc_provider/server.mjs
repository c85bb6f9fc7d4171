// Copyright (c) 2026 authkit contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// npm oidc-provider: `node server.mjs FOLDER` serves the clients of FOLDER/clients.json on a free loopback port, and
// over TLS with client certificates on a second one; then it writes FOLDER/ready.json. It prints one line of JSON for
// each token request, without secrets or tokens.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

import Provider from 'oidc-provider';

const folder = process.argv[2];
const read = (name) => fs.readFileSync(path.join(folder, name));
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const METHODS = [
  'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none',
  'tls_client_auth', 'self_signed_tls_client_auth',
];

function registered(client) {
  return {
    client_id: client.client_id,
    token_endpoint_auth_method: client.method,
    application_type: 'native',
    grant_types: ['client_credentials', DEVICE_CODE, 'refresh_token'],
    response_types: [],
    redirect_uris: [],
    ...(client.secret && { client_secret: client.secret }),
    ...(client.jwk && { jwks: { keys: [client.jwk] } }),
    ...(client.algorithm && { token_endpoint_auth_signing_alg: client.algorithm }),
    ...(client.method === 'tls_client_auth' && { tls_client_auth_subject_dn: `CN=${client.client_id}` }),
    ...(client.certificate && { tls_client_certificate_bound_access_tokens: true }),
    ...(client.client_id.startsWith('dpop') && { dpop_bound_access_tokens: true }),
  };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'signing', use: 'sig', alg: 'RS256' };
}

function configuration(tlsUrl) {
  const certificate = (ctx) => ctx.socket.getPeerX509Certificate?.();
  const is = (ctx, name) => ctx.oidc.client?.clientId === name;
  return {
    clients: Object.values(JSON.parse(read('clients.json'))).map(registered),
    jwks: { keys: [signingKey()] },
    clientAuthMethods: METHODS,
    enabledJWA: { clientAuthSigningAlgValues: ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] },
    scopes: ['openid', 'offline_access', 'read', 'write'],
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: [randomBytes(32).toString('hex')] },
    // The codes and tokens of the client `brief` live for seconds.
    ttl: {
      AccessToken: (ctx, token, client) => (client.clientId === 'brief' ? 5 : 60),
      ClientCredentials: 60,
      DeviceCode: (ctx, token, client) => (client.clientId === 'brief' ? 5 : 120),
      Grant: 3600,
      IdToken: 60,
      Interaction: 300,
      RefreshToken: 3600,
      Session: 3600,
    },
    rotateRefreshToken: (ctx) => !is(ctx, 'kept'),
    discovery: {
      mtls_endpoint_aliases: {
        token_endpoint: `${tlsUrl}/token`,
        revocation_endpoint: `${tlsUrl}/token/revocation`,
        introspection_endpoint: `${tlsUrl}/token/introspection`,
        device_authorization_endpoint: `${tlsUrl}/device/auth`,
      },
    },
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****' },
      devInteractions: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: (ctx) => is(ctx, 'dpop_nonce') },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: true,
        tlsClientAuth: true,
        getCertificate: certificate,
        certificateAuthorized: (ctx) => ctx.socket.authorized === true,
        certificateSubjectMatches: (ctx, property, expected) => (
          property === 'tls_client_auth_subject_dn' && certificate(ctx)?.subject === expected),
      },
      // An access token for a resource is a JWT, others are opaque.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        getResourceServerInfo: (ctx, resource) => ({
          scope: 'read write',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: is(ctx, 'brief') ? 5 : 60,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

function note(event, ctx, error) {
  const { client, params } = ctx.oidc ?? {};
  console.log(JSON.stringify({
    event,
    path: ctx.path,
    client: client?.clientId,
    grant: params?.grant_type,
    error: error?.message,
    description: error?.error_description,
    detail: error?.error_detail,
  }));
}

const listening = (server) => new Promise((resolve, reject) => {
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => resolve(server.address().port));
});

const plain = http.createServer();
const secure = https.createServer({
  cert: read('server.pem'), key: read('server.key'), ca: read('ca.pem'), requestCert: true, rejectUnauthorized: false,
});
const issuer = `http://127.0.0.1:${await listening(plain)}`;
const tlsUrl = `https://127.0.0.1:${await listening(secure)}`;
const provider = new Provider(issuer, configuration(tlsUrl));
provider.on('grant.success', (ctx) => note('grant.success', ctx));
for (const event of ['grant.error', 'device_authorization.error', 'introspection.error', 'revocation.error', 'server_error']) {
  provider.on(event, (ctx, error) => note(event, ctx, error));
}
plain.on('request', provider.callback());
secure.on('request', provider.callback());
fs.writeFileSync(path.join(folder, '.ready.json'), JSON.stringify({ issuer, tls_url: tlsUrl, tls_issuer: issuer }));
fs.renameSync(path.join(folder, '.ready.json'), path.join(folder, 'ready.json'));
