// A client in another language: what @grpc/grpc-js makes of our services. Prints one JSON object; InteropTests reads it.
'use strict';

const path = require('node:path');
const readline = require('node:readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const { faults, slow, operator, rider } = JSON.parse(process.argv[2]);

// The part of google.rpc that an error carries; its protos are not among ours.
const rpc = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message BadRequest {
    message FieldViolation { string field = 1; string description = 2; }
    repeated FieldViolation field_violations = 1;
  }`, { keepCase: true }).root;

const definition = loader.loadSync(
  ['mobility/faults/v1/faults_service.proto', 'grpc/health/v1/health.proto'],
  { includeDirs: [path.join(__dirname, '../../protos')], keepCase: true, longs: String, enums: String });
const protos = grpc.loadPackageDefinition(definition);
const credentials = grpc.credentials.createInsecure();
const faultsClient = new protos.mobility.faults.v1.FaultsService(faults, credentials);
const slowClient = new protos.mobility.faults.v1.FaultsService(slow, credentials);
const healthClient = new protos.grpc.health.v1.Health(faults, credentials);

function bearer(token) {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

// How a call ended; `arm` gets the call while it runs.
function ended(start, arm = () => {}) {
  return new Promise((resolve) => {
    arm(start((error, reply) => resolve(error ? { code: error.code, details: detailsOf(error) } : { code: 0, reply })));
  });
}

function detailsOf(error) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  if (!bytes) {
    return null;
  }
  const status = rpc.lookupType('google.rpc.Status').decode(bytes);
  const details = { code: status.code, message: status.message };
  for (const any of status.details) {
    const type = any.type_url.split('/').pop();
    details[type.split('.').pop()] = rpc.lookupType(type).decode(any.value).toJSON();
  }
  return details;
}

function vehicle(requestId) {
  return {
    parent: 'clients/gangneung-kick',
    vehicle: { printed_code: 'JS-1', product: 'scooter' },
    request_id: requestId,
  };
}

// Statuses of the watch until it says SERVING; then we hang up, and the stream must end by that alone.
function watched() {
  return new Promise((resolve) => {
    const statuses = [];
    const stream = healthClient.Watch({ service: '' });
    stream.on('data', (reply) => {
      statuses.push(reply.status);
      if (reply.status === 'SERVING') {
        stream.cancel();
      }
    });
    stream.on('error', (error) => resolve({ statuses, code: error.code }));
    stream.on('end', () => {});
  });
}

// The server says through our standard input that it holds the call: from then on a cancel is one in flight.
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function main() {
  const result = {};
  const first = vehicle('0190a6c0-0000-4000-8000-000000000001');
  result.success = await ended((done) => faultsClient.RegisterVehicle(first, bearer(operator), done));
  result.repeat = await ended((done) => faultsClient.RegisterVehicle(first, bearer(operator), done));
  const wrong = { parent: 'clients/gangneung-kick', fault: { printed_code: '', category: 'NO_SUCH' }, request_id: 'x' };
  result.refused = await ended((done) => faultsClient.CreateFault(wrong, bearer(rider), done));
  result.anonymous = await ended((done) => faultsClient.GetFault({ name: 'x' }, done));
  result.watch = await watched();

  // Once the connection stands, a second is long enough for the call to reach the service.
  await ended((done) => slowClient.GetFault({ name: 'x' }, done));
  const deadline = { deadline: new Date(Date.now() + 1000) };
  const late = vehicle('0190a6c0-0000-4000-8000-000000000002');
  result.late = await ended((done) => slowClient.RegisterVehicle(late, bearer(operator), deadline, done));
  await lines.next();

  const given = vehicle('0190a6c0-0000-4000-8000-000000000003');
  result.cancelled = await ended(
    (done) => slowClient.RegisterVehicle(given, bearer(operator), done),
    (call) => lines.next().then(() => call.cancel()));

  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
