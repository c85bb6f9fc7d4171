// Copyright (c) 2026 authkit contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package authkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/** The clients of clients.json; a client's keys are read from this server itself. */
final class Clients implements RegisteredClientRepository {
    private final JsonNode content;
    volatile String issuer;

    Clients(Path file) throws IOException {
        content = new ObjectMapper().readTree(file.toFile());
    }

    Object jwks(String clientId) {
        return Map.of("keys", new Object[] {content.path(clientId).path("jwk")});
    }

    @Override
    public void save(RegisteredClient client) {
        throw new UnsupportedOperationException("clients are read from a file");
    }

    @Override
    public RegisteredClient findById(String id) {
        return findByClientId(id);
    }

    @Override
    public RegisteredClient findByClientId(String clientId) {
        JsonNode client = content.path(clientId);
        return client.isMissingNode() ? null : registered(clientId, client);
    }

    private RegisteredClient registered(String clientId, JsonNode client) {
        String method = client.path("method").asText();
        RegisteredClient.Builder builder = RegisteredClient.withId(clientId)
            .clientId(clientId)
            .clientAuthenticationMethod(new ClientAuthenticationMethod(method))
            .authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
            .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
            .scope("read")
            .scope("write")
            .clientSettings(settings(clientId, method, client))
            .tokenSettings(lifetimes(clientId));
        if (!method.equals("none")) {
            builder.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS);
            builder.authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE);
        }
        if (client.hasNonNull("secret")) {
            builder.clientSecret(client.get("secret").asText());
        }
        return builder.build();
    }

    private ClientSettings settings(String clientId, String method, JsonNode client) {
        ClientSettings.Builder builder = ClientSettings.builder();
        if (method.equals("client_secret_jwt")) {
            builder.tokenEndpointAuthenticationSigningAlgorithm(MacAlgorithm.HS256);
        }
        if (client.hasNonNull("jwk")) {
            builder.jwkSetUrl(issuer + "/clients/" + clientId);
        }
        SignatureAlgorithm algorithm = SignatureAlgorithm.from(client.path("algorithm").asText());
        if (algorithm != null) { // Spring knows no EdDSA
            builder.tokenEndpointAuthenticationSigningAlgorithm(algorithm);
        }
        if (method.equals("tls_client_auth")) {
            builder.x509CertificateSubjectDN("CN=" + clientId);
        }
        return builder.build();
    }

    private TokenSettings lifetimes(String clientId) {
        boolean brief = clientId.equals("brief");
        return TokenSettings.builder()
            .accessTokenTimeToLive(Duration.ofSeconds(brief ? 5 : 600))
            .deviceCodeTimeToLive(Duration.ofSeconds(brief ? 5 : 120))
            .reuseRefreshTokens(clientId.equals("kept"))
            .build();
    }
}
