// 凭证核验: software of others judges a credential, its status list and its token; no network.
// node verify.mjs FOLDER CONTEXTS SCHEMA: prints one JSON object.
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import jsonld from 'jsonld';
import {importJWK, compactVerify} from 'jose';
import {ECDH} from 'node:crypto';
import {readFileSync} from 'node:fs';

const [folder, contexts, schemaFile] = process.argv.slice(2);
const text = name => readFileSync(`${folder}/${name}`, 'utf8');
const json = name => JSON.parse(text(name));
const context = name => JSON.parse(readFileSync(`${contexts}/${name}`, 'utf8'));
const credential = json('credential.json');
const issuer = json('issuer.json');
const list = json('list.json');
const known = {
  'https://www.w3.org/ns/credentials/v2': context('credentials-v2.json'),
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': context('ob-v3p0-context-3.0.3.json'),
  'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json': context('ob-v3p0-extensions.json'),
  'https://w3id.org/security/data-integrity/v2': context('security-data-integrity-v2.json'),
  'https://w3id.org/security/multikey/v1': context('security-multikey-v1.json'),
  [list.id]: list,
  [issuer.id]: issuer,
};
for (const key of issuer.verificationMethod) {
  known[key.id] = {'@context': 'https://w3id.org/security/multikey/v1', ...key};
}
const documentLoader = async url => {
  if (!(url in known)) throw new Error(`not known offline: ${url}`);
  return {contextUrl: null, documentUrl: url, document: structuredClone(known[url])};
};
const suite = () => new DataIntegrityProof({cryptosuite});
const now = new Date(process.env.NOW);
// The checker of status lists reads the clock itself; ours stands where the story is.
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { if (given.length) super(...given); else super(now); }
  static now() { return now.getTime(); }
};
const verify = it => vc.verifyCredential({credential: it, suite: suite(), documentLoader, now,
  checkStatus: async () => ({verified: true})});

const answer = {};
const verdict = await verify(credential);
answer.proof = verdict.verified;
if (!verdict.verified) answer.why = String(verdict.error?.errors?.map(e => e.stack) ?? verdict.error);

const status = await checkStatus({credential, suite: suite(), documentLoader,
  verifyBitstringStatusListCredential: true, verifyMatchingIssuers: true, now});
answer.listed = status.verified;
if (!status.verified) answer.listedWhy = String(status.error?.stack ?? status.error);
answer.revoked = status.results?.map(one => one.status);

const ajv = new Ajv({strict: false, allErrors: true});
addFormats(ajv);
const holds = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));
answer.schema = holds(credential);
if (!answer.schema) answer.schemaWhy = holds.errors;

const unsigned = structuredClone(credential);
delete unsigned.proof;
answer.safe = (await jsonld.canonize(unsigned,
  {algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, documentLoader})).length > 0;

// Every leaf in turn, changed by one character.
const leaves = (value, path = []) => value !== null && typeof value === 'object'
  ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name])) : [path];
answer.leaves = 0;
answer.accepted = [];
for (const path of leaves(credential)) {
  const forged = structuredClone(credential);
  const last = path.at(-1);
  const place = path.slice(0, -1).reduce((at, name) => at[name], forged);
  place[last] = typeof place[last] === 'string' ? place[last].slice(0, -1) + (place[last].endsWith('7') ? '8' : '7') : !place[last];
  answer.leaves += 1;
  let accepted = false;
  try { accepted = (await verify(forged)).verified; } catch { /* refused */ }
  if (accepted) answer.accepted.push(path.join('.'));
}

// The tokens, with the P-256 key the issuer's document names.
const jwk = method => {
  const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let number = 0n;
  for (const c of method.publicKeyMultibase.slice(1)) number = number * 58n + BigInt(base58.indexOf(c));
  let hex = number.toString(16);
  if (hex.length % 2) hex = '0' + hex;
  const bytes = Buffer.from(hex, 'hex');
  if (bytes[0] !== 0x80 || bytes[1] !== 0x24) throw new Error('not a P-256 key');
  const point = ECDH.convertKey(bytes.subarray(2), 'prime256v1', undefined, undefined, 'uncompressed');
  return {kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url')};
};
for (const name of ['credential', 'list']) {
  const token = text(`${name}.jwt`);
  const header = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
  const method = issuer.verificationMethod.find(key => key.id === header.kid);
  const {payload} = await compactVerify(token, await importJWK(jwk(method), 'ES256'));
  const claims = JSON.parse(new TextDecoder().decode(payload));
  answer[`${name}Token`] = claims.iss === issuer.id && claims.jti === (name === 'list' ? list : credential).id
    && claims.sub === claims.credentialSubject.id;
  const [head, body, seal] = token.split('.');
  const other = body.slice(0, -2) + (body.at(-2) === 'A' ? 'B' : 'A') + body.at(-1);
  answer[`${name}Forged`] = await compactVerify(`${head}.${other}.${seal}`, await importJWK(jwk(method), 'ES256'))
    .then(() => true, () => false);
}
console.log(JSON.stringify(answer));
