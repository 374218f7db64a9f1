package org.apache.hive.service.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.security.sasl.AuthenticationException;

/** Lets in the one account that sql_server.py names; compares in constant time, and tells nobody which part was wrong. */
public class BullseyePasswordCheck implements PasswdAuthenticationProvider {
    private final byte[] user = property("bullseye.sql.user");
    private final byte[] password = property("bullseye.sql.password.sha256");

    public void Authenticate(String givenUser, String givenPassword) throws AuthenticationException {
        boolean knownUser = MessageDigest.isEqual(this.user, sent(givenUser));
        boolean rightPassword = MessageDigest.isEqual(this.password, sha256(sent(givenPassword)));
        if (!(knownUser & rightPassword)) {
            org.slf4j.LoggerFactory.getLogger("bullseye.PasswordCheck").warn("a login was refused: user or password is wrong");
            throw new AuthenticationException("user or password is wrong");
        }
    }

    private static byte[] property(String name) {
        return System.getProperty(name).getBytes(StandardCharsets.UTF_8);
    }

    /** What the client sent, in UTF-8: the server has made a character of every byte. */
    private static byte[] sent(String text) {
        byte[] bytes = new byte[text == null ? 0 : text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    private static byte[] sha256(byte[] text) throws AuthenticationException {
        try {
            StringBuilder hex = new StringBuilder();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
            for (int i = 0; i < digest.length; i++) {
                hex.append(String.format("%02x", new Object[] {Byte.valueOf(digest[i])}));
            }
            return hex.toString().getBytes(StandardCharsets.UTF_8);
        } catch (NoSuchAlgorithmException e) {
            throw new AuthenticationException("this Java has no SHA-256", e);
        }
    }
}
