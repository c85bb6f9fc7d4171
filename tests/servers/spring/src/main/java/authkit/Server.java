// Copyright (c) 2026 authkit contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package authkit;

import static org.springframework.security.config.Customizer.withDefaults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.embedded.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.NoOpPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Spring Authorization Server: {@code authkit.Server FOLDER} serves the clients of FOLDER/clients.json on a free
 * loopback port, and over TLS with client certificates on a second one; then it writes FOLDER/ready.json.
 */
@SpringBootApplication
@RestController
public class Server {
    private static Path folder;

    public static void main(String[] words) throws Exception {
        folder = Path.of(words[0]);
        SpringApplication application = new SpringApplication(Server.class);
        application.setDefaultProperties(Map.of(
            "server.address", "127.0.0.1",
            "server.port", "0",
            "spring.main.banner-mode", "off",
            "spring.mvc.log-resolved-exception", "false"));
        var context = (ServletWebServerApplicationContext) application.run();
        var tomcat = ((TomcatWebServer) context.getWebServer()).getTomcat();
        int[] ports = new int[2];
        for (Connector connector : tomcat.getService().findConnectors()) {
            ports[connector.getSecure() ? 1 : 0] = connector.getLocalPort();
        }
        String issuer = "http://127.0.0.1:" + ports[0];
        String overTls = "https://127.0.0.1:" + ports[1]; // an issuer of its own: Spring takes it from the request
        Map<String, String> urls = Map.of("issuer", issuer, "tls_url", overTls, "tls_issuer", overTls);
        context.getBean(Clients.class).issuer = issuer;
        Path written = folder.resolve(".ready.json");
        new ObjectMapper().writeValue(written.toFile(), urls);
        Files.move(written, folder.resolve("ready.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Bean
    @Order(1)
    SecurityFilterChain protocol(HttpSecurity http) throws Exception {
        var configurer = OAuth2AuthorizationServerConfigurer.authorizationServer();
        return http.securityMatcher(configurer.getEndpointsMatcher())
            .with(configurer, server -> server.oidc(withDefaults()))
            .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
            .exceptionHandling(errors -> errors.defaultAuthenticationEntryPointFor(
                new LoginUrlAuthenticationEntryPoint("/login"), browsers()))
            .build();
    }

    /** Others than browsers get 401 instead of the page to sign in. */
    private static MediaTypeRequestMatcher browsers() {
        var browsers = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
        browsers.setIgnoredMediaTypes(Set.of(MediaType.ALL));
        return browsers;
    }

    @Bean
    @Order(2)
    SecurityFilterChain pages(HttpSecurity http) throws Exception {
        return http
            .authorizeHttpRequests(requests -> requests
                .requestMatchers("/", "/clients/*", "/error").permitAll()
                .anyRequest().authenticated())
            .formLogin(withDefaults())
            .build();
    }

    @Bean
    Clients clients() throws Exception {
        return new Clients(folder.resolve("clients.json"));
    }

    @Bean
    UserDetailsService people() {
        return new InMemoryUserDetailsManager(User.withUsername("ada").password("ada").roles("USER").build());
    }

    /** Secrets are random, new at each start, and compared as they are. */
    @Bean
    @SuppressWarnings("deprecation")
    PasswordEncoder plain() {
        return NoOpPasswordEncoder.getInstance();
    }

    @Bean
    JWKSource<SecurityContext> signingKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        RSAKey key = new RSAKey.Builder((RSAPublicKey) pair.getPublic())
            .privateKey(pair.getPrivate())
            .keyID("signing")
            .build();
        return new ImmutableJWKSet<>(new JWKSet(key));
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> overTls() {
        return factory -> factory.addAdditionalTomcatConnectors(secure());
    }

    private static Connector secure() {
        SSLHostConfig hosts = new SSLHostConfig();
        var certificate = new SSLHostConfigCertificate(hosts, SSLHostConfigCertificate.Type.EC);
        certificate.setCertificateFile(folder.resolve("server.pem").toString());
        certificate.setCertificateKeyFile(folder.resolve("server.key").toString());
        hosts.addCertificate(certificate);
        hosts.setCertificateVerification("optional");
        hosts.setTrustStore(trusted());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setScheme("https");
        connector.setSecure(true);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("SSLEnabled", "true");
        connector.addSslHostConfig(hosts);
        return connector;
    }

    /** The authority of most clients, and the client that has a certificate of its own. */
    private static KeyStore trusted() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (String name : List.of("ca", "self_signed")) {
                try (InputStream file = Files.newInputStream(folder.resolve(name + ".pem"))) {
                    store.setCertificateEntry(name, CertificateFactory.getInstance("X.509").generateCertificate(file));
                }
            }
            return store;
        } catch (Exception error) {
            throw new IllegalStateException("the trusted certificates cannot be read", error);
        }
    }

    @GetMapping("/")
    String home() {
        return "Sign-in Success";
    }

    @GetMapping("/clients/{clientId}")
    Object jwks(@PathVariable("clientId") String clientId) throws Exception {
        return clients().jwks(clientId);
    }
}
