// Lets signed-in users in; AUTH_URL is filled in by the bundler.
import { createVerifier, getBearerToken, toResponse } from "@gotrue/edge/jwt";

declare const AUTH_URL: string;

const verifier = createVerifier({ url: AUTH_URL });

export default {
  async fetch(request: Request): Promise<Response> {
    try {
      const { claims } = await verifier.verify(getBearerToken(request));
      return Response.json({ id: claims.sub, role: claims.role });
    } catch (error) {
      return toResponse(error);
    }
  },
};
