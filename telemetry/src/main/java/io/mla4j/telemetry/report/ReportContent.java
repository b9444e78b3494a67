package io.mla4j.telemetry.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything a report says. Parts that are empty are left out of the page; all text is plain text.
 *
 * @param warnings sentences the reader must not miss
 * @param figures the results in numbers, the most important first
 * @param sections what only the run's task has
 * @param facts configuration and provenance
 */
public record ReportContent(
    String title,
    String subtitle,
    List<String> warnings,
    List<Figure> figures,
    Optional<Comparison> comparison,
    List<Chart> charts,
    Optional<ConfusionMatrix> confusion,
    List<ClassScore> classes,
    Optional<Calibration> calibration,
    List<SamplePrediction> samples,
    List<Section> sections,
    List<Facts> facts) {

  public ReportContent {
    warnings = List.copyOf(warnings);
    figures = List.copyOf(figures);
    charts = List.copyOf(charts);
    classes = List.copyOf(classes);
    samples = List.copyOf(samples);
    sections = List.copyOf(sections);
    facts = List.copyOf(facts);
  }

  public static Builder titled(String title, String subtitle) {
    return new Builder(title, subtitle);
  }

  /** Collects the parts of a report in any order; those never given are empty. */
  public static final class Builder {
    private final String title;
    private final String subtitle;
    private final List<String> warnings = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<Chart> charts = new ArrayList<>();
    private final List<ClassScore> classes = new ArrayList<>();
    private final List<SamplePrediction> samples = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final List<Facts> facts = new ArrayList<>();
    private Optional<Comparison> comparison = Optional.empty();
    private Optional<ConfusionMatrix> confusion = Optional.empty();
    private Optional<Calibration> calibration = Optional.empty();

    private Builder(String title, String subtitle) {
      this.title = title;
      this.subtitle = subtitle;
    }

    public Builder warning(String sentence) {
      warnings.add(sentence);
      return this;
    }

    public Builder figure(String label, String value, String hint) {
      figures.add(new Figure(label, value, hint));
      return this;
    }

    public Builder charts(List<Chart> more) {
      charts.addAll(more);
      return this;
    }

    public Builder classes(List<ClassScore> more) {
      classes.addAll(more);
      return this;
    }

    public Builder samples(List<SamplePrediction> more) {
      samples.addAll(more);
      return this;
    }

    public Builder section(Section more) {
      sections.add(more);
      return this;
    }

    public Builder facts(Facts more) {
      facts.add(more);
      return this;
    }

    public Builder comparison(Comparison given) {
      comparison = Optional.of(given);
      return this;
    }

    public Builder confusion(ConfusionMatrix given) {
      confusion = Optional.of(given);
      return this;
    }

    public Builder calibration(Calibration given) {
      calibration = Optional.of(given);
      return this;
    }

    public ReportContent build() {
      return new ReportContent(
          title,
          subtitle,
          warnings,
          figures,
          comparison,
          charts,
          confusion,
          classes,
          calibration,
          samples,
          sections,
          facts);
    }
  }
}
