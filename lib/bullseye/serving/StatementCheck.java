package org.apache.hive.service.cli.thrift;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedGenerator;
import org.apache.spark.sql.catalyst.analysis.UnresolvedNamespace;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableOrView;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedView;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ShowColumns;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.execution.command.SetNamespaceCommand;
import scala.Product;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * Holds a parsed statement against the lists of sql_allowed.yaml: classes of its nodes, functions, and databases.
 *
 * <p>It looks at the arguments of every node, not only at its children: common table expressions, subqueries, and
 * what EXPLAIN explains are arguments.
 */
public class BullseyeStatementCheck {
    private static final String[] PACKAGES = {
        "org.apache.spark.sql.catalyst.", "org.apache.spark.sql.execution.command."
    };
    private final Set nodes;
    private final Set functions;
    private final Set databases;

    public BullseyeStatementCheck(List nodes, List functions, List databases) {
        this.nodes = new HashSet(nodes);
        this.functions = new HashSet(functions);
        this.databases = new HashSet(databases);
    }

    public boolean isDatabase(String name) {
        return this.databases.contains(lower(name));
    }

    /** What in the statement is not allowed; null when all is. */
    public String refusal(LogicalPlan plan) {
        // A queue of our own: a condition of ten thousand terms is as deep.
        ArrayDeque open = new ArrayDeque();
        open.add(plan);
        while (!open.isEmpty()) {
            Object next = open.poll();
            String problem = next instanceof TreeNode ? this.problem(next) : null;
            if (problem != null) {
                return problem;
            }
            Iterator inner = inner(next);
            while (inner.hasNext()) {
                Object argument = inner.next();
                if (argument instanceof Product || argument instanceof scala.collection.Iterable) {
                    open.add(argument);
                }
            }
        }
        return null;
    }

    private static Iterator inner(Object node) {
        // A list is a product too, of its head and the rest.
        if (node instanceof scala.collection.Iterable) {
            return ((scala.collection.Iterable) node).iterator();
        }
        return ((Product) node).productIterator();
    }

    private String problem(Object node) {
        String name = shortName(node.getClass().getName());
        if (name == null || !this.nodes.contains(name)) {
            return (name == null ? node.getClass().getSimpleName() : name) + " is not";
        }
        if (node instanceof UnresolvedRelation) {
            UnresolvedRelation relation = (UnresolvedRelation) node;
            if (relation.isStreaming() || !relation.options().isEmpty()) {
                return "a relation with options is not";
            }
            return this.ofView(relation.multipartIdentifier());
        }
        if (node instanceof UnresolvedTableOrView) {
            return this.ofView(((UnresolvedTableOrView) node).multipartIdentifier());
        }
        if (node instanceof UnresolvedView) {
            return this.ofView(((UnresolvedView) node).multipartIdentifier());
        }
        if (node instanceof UnresolvedNamespace) {
            return this.ofDatabase(((UnresolvedNamespace) node).multipartIdentifier());
        }
        if (node instanceof SetNamespaceCommand) {
            return this.ofDatabase(((SetNamespaceCommand) node).namespace());
        }
        if (node instanceof ShowColumns && ((ShowColumns) node).namespace().isDefined()) {
            return this.ofDatabase((Seq) ((ShowColumns) node).namespace().get());
        }
        if (node instanceof UnresolvedFunction) {
            UnresolvedFunction function = (UnresolvedFunction) node;
            String problem = this.ofFunction(function.nameParts().mkString("."));
            return problem == null ? ofSchema(function) : problem;
        }
        if (node instanceof UnresolvedTableValuedFunction) {
            return this.ofFunction(((UnresolvedTableValuedFunction) node).name().mkString("."));
        }
        if (node instanceof UnresolvedGenerator) {
            return this.ofFunction(((UnresolvedGenerator) node).name().unquotedString());
        }
        return null;
    }

    /** A view's name: alone, or after its database; `csv.path` has the form of the latter. */
    private String ofView(Seq parts) {
        return parts.size() == 1 ? null : this.ofDatabase((Seq) parts.init());
    }

    private String ofDatabase(Seq parts) {
        boolean catalog = parts.size() == 2 && lower((String) parts.head()).equals("spark_catalog");
        String name = catalog || parts.size() == 1 ? (String) parts.last() : parts.mkString(".");
        boolean root = parts.isEmpty() || parts.size() == 1 && lower(name).equals("spark_catalog");
        return root || this.isDatabase(name) ? null : "`" + name + "` is no released database: it is not";
    }

    private String ofFunction(String name) {
        return this.functions.contains(lower(name)) ? null : "the function " + name + " is not";
    }

    /** A schema in the form of JSON may name a Java class; `a INT, b STRING` may not. */
    private static String ofSchema(UnresolvedFunction function) {
        String name = lower((String) function.nameParts().last());
        boolean variant = name.equals("variant_get") || name.equals("try_variant_get");
        int at = variant ? 2 : name.equals("from_json") || name.equals("from_csv") ? 1 : -1;
        if (at < 0 || function.arguments().size() <= at) {
            return null;
        }
        Object schema = function.arguments().apply(at);
        if (schema instanceof UnresolvedFunction) {
            String from = lower(((UnresolvedFunction) schema).nameParts().mkString("."));
            return from.equals("schema_of_json") || from.equals("schema_of_csv") ? null : "a computed schema is not";
        }
        boolean plain = schema instanceof Literal && String.valueOf(((Literal) schema).value()).matches("\\s*[A-Za-z_`](?s).*");
        return plain ? null : "a schema other than a text such as 'a INT' is not";
    }

    /** A class as the list has it; null outside of Spark's parser, as Delta's statements are. */
    private static String shortName(String name) {
        for (int i = 0; i < PACKAGES.length; i++) {
            if (name.startsWith(PACKAGES[i])) {
                String last = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf("package$")) + 1);
                return last.endsWith("$") ? last.substring(0, last.length() - 1) : last;
            }
        }
        return null;
    }

    private static String lower(String name) {
        return name.toLowerCase(java.util.Locale.ROOT);
    }
}
