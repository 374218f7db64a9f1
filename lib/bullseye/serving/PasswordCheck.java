package org.apache.hive.service.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.security.sasl.AuthenticationException;

/**
 * Lets in the one account that sql_server.py names, and does not tell which part was wrong.
 *
 * <p>Of the password it keeps a slow, salted hash. Hive makes an object for each login, so the account is static.
 */
public class BullseyePasswordCheck implements PasswdAuthenticationProvider {
    private static final int LONGEST = 1024;
    private static final long PAUSE_MS = 1000;
    private static byte[] user;
    private static byte[] salt;
    private static byte[] hash;
    private static int iterations;

    public static synchronized void expect(byte[] user, byte[] salt, byte[] hash, int iterations) {
        BullseyePasswordCheck.user = user;
        BullseyePasswordCheck.salt = salt;
        BullseyePasswordCheck.hash = hash;
        BullseyePasswordCheck.iterations = iterations;
    }

    public void Authenticate(String givenUser, String givenPassword) throws AuthenticationException {
        if (isRight(sent(givenUser), sent(givenPassword))) {
            return;
        }
        org.slf4j.LoggerFactory.getLogger("bullseye.PasswordCheck").warn("a login was refused: user or password is wrong");
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AuthenticationException("user or password is wrong");
    }

    /** One at a time: a flood of logins takes one core and not all. */
    private static synchronized boolean isRight(byte[] givenUser, byte[] givenPassword) throws AuthenticationException {
        if (hash == null || givenPassword.length == 0 || givenPassword.length > LONGEST) {
            return false;
        }
        char[] password = new String(givenPassword, StandardCharsets.UTF_8).toCharArray();
        try {
            PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, 8 * hash.length);
            byte[] given = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
            return MessageDigest.isEqual(user, givenUser) & MessageDigest.isEqual(hash, given);
        } catch (GeneralSecurityException e) {
            throw new AuthenticationException("this Java has no PBKDF2WithHmacSHA256", e);
        }
    }

    /** What the client sent, in UTF-8: the server has made a character of every byte. */
    private static byte[] sent(String text) {
        byte[] bytes = new byte[text == null ? 0 : text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }
}
