import org.jspecify.annotations.NullMarked;

/// Guards on prompts, answers, tool arguments and tool results.
///
/// Everything here is a pure function of text: no I/O, no clock. Patterns run in linear time (RE2),
/// so that no text can make a guard slow.
@NullMarked
module dev.spangate.policies {
    requires static transitive org.jspecify;
    requires re2j;
    requires com.google.i18n.phonenumbers.libphonenumber;

    exports dev.spangate.policies;
}
