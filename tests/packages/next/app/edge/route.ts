// A route in the edge runtime: says the package's version, or enters a room and says whom it met.
import { createClient, VERSION } from '@mote/presence';
import { robot } from '../../shared/robot.cjs';

export const runtime = 'edge';

export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const [server, room, name] = ['server', 'room', 'name'].map((key) => searchParams.get(key));
  if (!server) return Response.json({ version: VERSION });
  return Response.json(await robot(createClient, { url: server, WebSocket }, room, name));
}
