package dev.maintainer.connector.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.connector.postgres.wal.WalFormatException.Reason;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PgOutputTest {
    private static WalMessage decode(byte[] bytes, Framing framing) {
        return PgOutput.decode(bytes, 0, bytes.length, framing);
    }

    @Test
    @DisplayName("what PostgreSQL 18 has sent is read as what it means, and is the same bytes when written")
    void golden() {
        TreeSet<String> kinds = new TreeSet<>();
        for (GoldenMessage golden : GoldenMessage.all()) {
            WalMessage message = decode(golden.bytes(), golden.framing());
            kinds.add(message.getClass().getSimpleName());

            assertThat(MessageText.of(message)).isEqualTo(golden.text());
            assertThat(MessageEncoder.encode(message, golden.framing()))
                    .as(golden.text())
                    .isEqualTo(golden.bytes());
        }
        assertThat(kinds).containsExactlyInAnyOrderElementsOf(MessageKinds.names());
    }

    @Test
    @DisplayName("any message that is written is read as the same message")
    void written() {
        RandomMessages random = new RandomMessages(5);
        TreeSet<String> kinds = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            Framing framing = random.framing();
            WalMessage message = random.next(framing);
            kinds.add(message.getClass().getSimpleName());

            byte[] bytes = MessageEncoder.encode(message, framing);
            WalMessage read = decode(bytes, framing);

            assertThat(MessageText.of(read)).isEqualTo(MessageText.of(message));
            assertThat(MessageEncoder.encode(read, framing)).isEqualTo(bytes);
        }
        assertThat(kinds).containsExactlyInAnyOrderElementsOf(MessageKinds.names());
    }

    @Test
    @DisplayName("a message is read within larger bytes, and nothing around it")
    void within() {
        for (GoldenMessage golden : GoldenMessage.all()) {
            byte[] around = new byte[golden.bytes().length + 20];
            Arrays.fill(around, (byte) 0x7F);
            System.arraycopy(golden.bytes(), 0, around, 7, golden.bytes().length);

            WalMessage message = PgOutput.decode(around, 7, 7 + golden.bytes().length, golden.framing());

            assertThat(MessageText.of(message)).isEqualTo(golden.text());
        }
    }

    @Test
    @DisplayName("every beginning of a message is refused, and says where it ends")
    void truncated() {
        for (GoldenMessage golden : GoldenMessage.all()) {
            for (int length = 0; length < Math.min(golden.bytes().length, 300); length++) {
                byte[] beginning = Arrays.copyOf(golden.bytes(), length);
                assertThatThrownBy(() -> decode(beginning, golden.framing()))
                        .as(golden.text())
                        .isInstanceOfSatisfying(WalFormatException.class, refused -> {
                            assertThat(refused.reason()).isIn(Reason.TRUNCATED, Reason.INVALID);
                            assertThat(refused.offset()).isBetween(0, beginning.length);
                        });
            }
        }
    }

    @Test
    void bytesAfterTheEndAreRefused() {
        for (GoldenMessage golden : GoldenMessage.all()) {
            byte[] longer = Arrays.copyOf(golden.bytes(), golden.bytes().length + 1);
            assertThatThrownBy(() -> decode(longer, golden.framing()))
                    .isInstanceOfSatisfying(WalFormatException.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(Reason.TRAILING_BYTES);
                        assertThat(refused.offset()).isEqualTo(golden.bytes().length);
                    });
        }
    }

    private static void refused(String hex, Framing framing, Reason reason, int offset) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> decode(bytes, framing)).isInstanceOfSatisfying(WalFormatException.class, refused -> {
            assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(reason);
            assertThat(refused.offset()).as(refused.getMessage()).isEqualTo(offset);
            assertThat(refused.code()).isEqualTo(ErrorCode.BAD_INPUT);
            assertThat(refused.getMessage()).contains("byte " + offset).doesNotContain("\n");
        });
    }

    @Test
    @DisplayName("lengths and numbers of parts are believed only as far as there are bytes")
    void lengths() {
        // An insert with one value of two gigabytes, of a negative length, and with 65,535 columns.
        refused("49 00000001 4E 0001 74 7FFFFFFF 61", Framing.WHOLE, Reason.TRUNCATED, 13);
        refused("49 00000001 4E 0001 74 FFFFFFFF 61", Framing.WHOLE, Reason.INVALID, 9);
        refused("49 00000001 4E FFFF 6E", Framing.WHOLE, Reason.TRUNCATED, 8);
        // A relation with 65,535 columns, a truncation of two thousand million tables and of none.
        refused("52 00000001 00 00 64 FFFF", Framing.WHOLE, Reason.TRUNCATED, 8);
        refused("54 7FFFFFFF 00 00000001", Framing.WHOLE, Reason.INVALID, 1);
        refused("54 00000000 00", Framing.WHOLE, Reason.INVALID, 1);
        // A logical message of two gigabytes.
        refused("4D 00 0000000000000001 00 7FFFFFFF", Framing.WHOLE, Reason.TRUNCATED, 15);
    }

    @Test
    @DisplayName("what was not asked for is refused where it begins")
    void notAskedFor() {
        // A binary value, and prepare, commit prepared and a kind that is none.
        refused("49 00000001 4E 0001 62 00000001 61", Framing.WHOLE, Reason.UNKNOWN_KIND, 8);
        refused("50", Framing.WHOLE, Reason.UNKNOWN_KIND, 0);
        refused("4B", Framing.WHOLE, Reason.UNKNOWN_KIND, 0);
        refused("00", Framing.STREAMED, Reason.UNKNOWN_KIND, 0);
        // Flags of a commit, options of a truncation, a replica identity.
        refused("43 01", Framing.WHOLE, Reason.UNKNOWN_VALUE, 1);
        refused("54 00000001 04 00000001", Framing.WHOLE, Reason.UNKNOWN_VALUE, 5);
        refused("52 00000001 00 00 78 0000", Framing.WHOLE, Reason.UNKNOWN_VALUE, 7);
    }

    @Test
    @DisplayName("a transaction neither begins nor ends within a part of another, and no part ends that has not begun")
    void wrongFraming() {
        refused("42 0000000000000001 0000000000000000 00000001", Framing.STREAMED, Reason.UNKNOWN_KIND, 0);
        refused("53 00000001 01", Framing.STREAMED, Reason.UNKNOWN_KIND, 0);
        refused("41 00000001 00000001", Framing.STREAMED, Reason.UNKNOWN_KIND, 0);
        refused("45", Framing.WHOLE, Reason.UNKNOWN_KIND, 0);
    }

    @Test
    @DisplayName("no transaction, table or position is 0, and a commit ends after it has begun")
    void impossible() {
        refused("53 00000000 01", Framing.WHOLE, Reason.INVALID, 1);
        refused("49 00000000 4E 0000", Framing.WHOLE, Reason.INVALID, 1);
        refused("49 00000000 00000001 4E 0000", Framing.STREAMED, Reason.INVALID, 1);
        refused("42 0000000000000000 0000000000000000 00000001", Framing.WHOLE, Reason.INVALID, 1);
        refused("42 8000000000000000 0000000000000000 00000001", Framing.WHOLE, Reason.INVALID, 1);
        refused("43 00 0000000000000009 0000000000000009 0000000000000000", Framing.WHOLE, Reason.INVALID, 10);
    }

    @Test
    @DisplayName("text that is not UTF-8 is refused and not replaced by something similar")
    void badText() {
        refused("49 00000001 4E 0001 74 00000002 C328", Framing.WHOLE, Reason.BAD_TEXT, 13);
        refused("59 00000001 61C3 00 61 00", Framing.WHOLE, Reason.BAD_TEXT, 5);
        // Half a surrogate pair, and a longer form than needed.
        refused("49 00000001 4E 0001 74 00000003 EDA080", Framing.WHOLE, Reason.BAD_TEXT, 13);
        refused("49 00000001 4E 0001 74 00000002 C080", Framing.WHOLE, Reason.BAD_TEXT, 13);
    }

    @Test
    @DisplayName("a value that was not changed is something else than one that is null or empty")
    void states() {
        Tuple tuple = ((WalMessage.Insert) decode(
                        HexFormat.of().parseHex("49000000014E0004" + "6E" + "75" + "7400000000" + "740000000161"),
                        Framing.WHOLE))
                .row();

        assertThat(tuple.state(0)).isEqualTo(Tuple.State.NULL);
        assertThat(tuple.state(1)).isEqualTo(Tuple.State.UNCHANGED);
        assertThat(tuple.state(2)).isEqualTo(Tuple.State.VALUE);
        assertThat(tuple.text(0)).isNull();
        assertThat(tuple.text(1)).isNull();
        assertThat(tuple.text(2)).isEmpty();
        assertThat(tuple.text(3)).isEqualTo("a");
        assertThat(tuple.size()).isEqualTo(1);
        assertThat(tuple).hasToString("Tuple[NULL, UNCHANGED, 0 bytes, 1 bytes]");
    }

    @Test
    void aMessageWithoutBytesSaysSo() {
        refused("", Framing.WHOLE, Reason.TRUNCATED, 0);
        assertThatThrownBy(() -> PgOutput.decode(new ByteArrayOutputStream().toByteArray(), 0, 1, Framing.WHOLE))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
